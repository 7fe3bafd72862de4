package dev.mulligan.host.workspace.erofs;

/** Whom all files of an image belong to, as numbers that mean something where it is mounted. */
public record Owner(int uid, int gid) {}
