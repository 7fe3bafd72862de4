package dev.mulligan.guest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A class that starts guest agents, or programs, does not run beside another that does: without cgroups an agent takes
 * every orphan of its process for its own, and reaps it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock("the orphans of this process")
public @interface OneAgentPerProcess {}
