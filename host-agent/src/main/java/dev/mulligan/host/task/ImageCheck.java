package dev.mulligan.host.task;

/** Says at dispatch whether an image can be had, so that a task does not wait only to fail. */
@FunctionalInterface
public interface ImageCheck {
    /** Returns if there is such an image; {@code UNKNOWN_IMAGE} otherwise. */
    void require(String image);
}
