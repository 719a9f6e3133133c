package io.touchline.core.testkit;

import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UserStore;

/** The five ports that stand on the same data, as one API node holds them. */
public record StorageUnderTest(
        MessageStore messages,
        ChannelDirectory channels,
        DeliveryLedger ledger,
        DeviceStore devices,
        UserStore users) {}
