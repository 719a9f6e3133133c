package io.touchline.adapter.jpa;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A user's place in a channel, whether or not he is in now. */
record Seat(ChannelId channel, UserId user) {
    static Seat read(ResultSet row) throws SQLException {
        return new Seat(new ChannelId(row.getString("channel")), new UserId(row.getString("user_id")));
    }
}
