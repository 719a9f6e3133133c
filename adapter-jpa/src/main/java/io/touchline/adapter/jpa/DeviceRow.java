package io.touchline.adapter.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A device as its table has it, as far as {@link JpaDeviceStore} removes it by a query. */
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

    @SuppressWarnings("UnusedVariable") // queries name it
    private String token;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected DeviceRow() {}
}
