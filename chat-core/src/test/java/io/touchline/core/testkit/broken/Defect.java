package io.touchline.core.testkit.broken;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** What a broken double does instead of one method of the sound port. */
@FunctionalInterface
interface Defect {
    /** The sound method. */
    @FunctionalInterface
    interface Sound {
        Object answer(Object... arguments) throws Throwable;
    }

    Object answer(Sound sound, Object... arguments) throws Throwable;

    /** A port that is sound but for one method. */
    static <P> P in(Class<P> port, P sound, String brokenMethod, Defect defect) {
        Object broken = Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, given) -> {
            Sound real = arguments -> {
                try {
                    return method.invoke(sound, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            return method.getName().equals(brokenMethod) ? defect.answer(real, given) : real.answer(given);
        });
        return port.cast(broken);
    }
}
