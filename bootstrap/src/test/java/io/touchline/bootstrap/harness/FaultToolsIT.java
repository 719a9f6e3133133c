package io.touchline.bootstrap.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The faults that other tests rely on really happen, and end. */
@Order(Turns.MOSTLY_WAITING)
class FaultToolsIT {
    private static final int NOTHING_COMES = 300;

    @Test
    void aLinePassesIsCutAndPassesAgain() throws IOException {
        try (ServerSocket echo = echo();
                FaultProxy proxy = FaultProxy.before(echo.getLocalPort());
                Socket before = connect(proxy)) {
            assertThat(echoed(before, 'a')).isEqualTo('a');
            proxy.cut();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(proxy));
            assertThat(before.getInputStream().read()).isEqualTo(-1);
            proxy.heal();
            try (Socket after = connect(proxy)) {
                assertThat(echoed(after, 'b')).isEqualTo('b');
            }
            assertThat(proxy.roundTrips()).isEqualTo(2);
        }
    }

    @Test
    void aBlackHoleTakesEverythingAndGivesItBackWhenHealed() throws IOException {
        try (ServerSocket echo = echo();
                FaultProxy proxy = FaultProxy.before(echo.getLocalPort());
                Socket before = connect(proxy)) {
            assertThat(echoed(before, 'a')).isEqualTo('a');
            proxy.blackHole();
            try (Socket during = connect(proxy)) {
                for (Socket socket : new Socket[] {before, during}) {
                    socket.setSoTimeout(NOTHING_COMES);
                    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> echoed(socket, 'b'));
                }
                proxy.heal();
                for (Socket socket : new Socket[] {before, during}) {
                    socket.setSoTimeout((int) Await.SOON.toMillis());
                    assertThat(socket.getInputStream().read()).isEqualTo('b');
                }
            }
        }
    }

    @Test
    void whatIsDelayedComesLater() throws IOException {
        Duration delay = Duration.ofMillis(200);
        try (ServerSocket echo = echo();
                FaultProxy proxy = FaultProxy.before(echo.getLocalPort());
                Socket socket = connect(proxy)) {
            proxy.delay(delay);
            long begun = System.nanoTime();
            assertThat(echoed(socket, 'a')).isEqualTo('a');
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(delay.multipliedBy(2));
        }
    }

    @Test
    void aKilledDatabaseHasWhatItCommitted() throws SQLException {
        PostgreSql server = PostgreSql.start();
        Database database = server.newDatabase();
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table kept as select 7 as number");
            server.kill();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select 1"));
        }
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> database.dataSource().getConnection());
        server.restart();
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select number from kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(7);
        }
        server.kill();
    }

    @Test
    void aKilledOrFlushedRedisHasNothing() throws IOException {
        Redis redis = Redis.start();
        assertThat(redis.ask("SET key value")).isEqualTo("+OK");
        redis.flush();
        assertThat(redis.ask("EXISTS key")).isEqualTo(":0");
        assertThat(redis.ask("SET key value")).isEqualTo("+OK");
        redis.kill();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), redis.port()));
        redis.restart();
        assertThat(redis.ask("EXISTS key")).isEqualTo(":0");
        redis.kill();
    }

    private static Socket connect(FaultProxy proxy) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout((int) Await.SOON.toMillis());
        return socket;
    }

    private static int echoed(Socket socket, int sent) throws IOException {
        socket.getOutputStream().write(sent);
        return socket.getInputStream().read();
    }

    private static ServerSocket echo() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket client = server.accept();
                daemon(() -> client.getInputStream().transferTo(client.getOutputStream()));
            }
        });
        return server;
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // the test is over
                    }
                },
                "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
