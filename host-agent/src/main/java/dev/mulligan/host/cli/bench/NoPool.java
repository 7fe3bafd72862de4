package dev.mulligan.host.cli.bench;

/** Of a host agent whose every sandbox boots. */
final class NoPool implements PoolControl {
    @Override
    public boolean there() {
        return false;
    }

    @Override
    public void fill(String image, int machines) {}

    @Override
    public void empty(String image) {}

    @Override
    public void forget(String image) {}

    @Override
    public String state() {
        return "none";
    }

    @Override
    public void release() {}
}
