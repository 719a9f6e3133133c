package io.touchline.adapter.jpa;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts the statements that are prepared on its connections, each of those that are sent together too. */
final class CountingDataSource {
    private final AtomicInteger statements = new AtomicInteger();
    private final DataSource target;

    CountingDataSource(DataSource target) {
        this.target = target;
    }

    DataSource dataSource() {
        return proxy(DataSource.class, target, "getConnection");
    }

    int statementsOf(Runnable work) {
        statements.set(0);
        work.run();
        return statements.get();
    }

    private <T> T proxy(Class<T> type, T real, String watched) {
        InvocationHandler handler = (self, method, arguments) -> {
            try {
                Object result = method.invoke(real, arguments);
                if (!method.getName().equals(watched)) {
                    return result;
                }
                if (result instanceof Connection connection) {
                    return proxy(Connection.class, connection, "prepareStatement");
                }
                statements.addAndGet(((String) arguments[0]).split(";").length);
                return result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(
                Proxy.newProxyInstance(CountingDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
