package io.touchline.adapter.jpa;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A device as its table has it, for queries; {@link JpaDeviceStore} registers by native statements. */
@Entity
@Table(name = "touchline_device")
@IdClass(DeviceRow.Key.class)
class DeviceRow {
    /** A device's identity. */
    record Key(String userId, String id) implements Serializable {}

    @Id
    @Column(name = "user_id")
    private String userId;

    @Id
    private String id;

    @Enumerated(EnumType.STRING)
    private Device.Platform platform;

    private String token;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected DeviceRow() {}

    Device device() {
        return new Device(new UserId(userId), id, platform, token);
    }
}
