package dev.mulligan.vm.machine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * Counts the effects that a program has, and ends it at one of them: at cut 2n before effect n, at cut 2n + 1 right
 * after it. Between two effects nothing happens outside the program but writes of the record, and those come out as
 * done or not done on either side of an effect.
 */
final class Steps {
    /** The program is no more. An Error, so that nothing on the way tries to put things right. */
    static final class Killed extends Error {}

    private static final Set<String> QUESTIONS = Set.of(
            "info",
            "obstacleToTemplates",
            "identity",
            "top",
            "acceleration",
            "verify",
            "isComplete",
            "status",
            "isBusy",
            "domains",
            "listen",
            "close",
            "virtualSize",
            "isSound");

    private int cut = -1;
    private int seen;

    void cutAt(int step) {
        cut = step;
        seen = 0;
    }

    void never() {
        cut = -1;
    }

    <T> T watch(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean effect = !QUESTIONS.contains(method.getName());
                    killIf(effect);
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    killIf(effect);
                    return result;
                }));
    }

    private void killIf(boolean effect) {
        if (effect && cut >= 0 && seen++ == cut) {
            throw new Killed();
        }
    }
}
