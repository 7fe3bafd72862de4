package dev.mulligan.host.cli;

import dev.mulligan.host.cli.terminal.Facts;
import dev.mulligan.host.cli.terminal.Table;
import dev.mulligan.proto.host.v1.Image;
import dev.mulligan.proto.host.v1.ListImagesResponse;
import dev.mulligan.vm.DataSize;
import java.util.TreeMap;

/** An image for people. */
record ImageView(Image image) {
    private static final int SHORT_DIGEST = 12;

    static String table(ListImagesResponse images) {
        StringBuilder text = new StringBuilder();
        if (images.getImagesCount() > 0) {
            Table table = new Table("NAME", "DIGEST", "CREATED", "SIZE", "SYSTEM");
            for (Image image : images.getImagesList()) {
                ImageView view = new ImageView(image);
                table.row(
                        image.getName(),
                        view.shortDigest(),
                        new When(image.getCreated()).toString(),
                        view.size(),
                        image.getOperatingSystem());
            }
            text.append(table).append('\n');
        }
        return text.append("recipes: ")
                .append(String.join(", ", images.getRecipesList()))
                .toString();
    }

    String shortDigest() {
        String hex = image.getDigest().substring(image.getDigest().indexOf(':') + 1);
        return hex.substring(0, Math.min(SHORT_DIGEST, hex.length()));
    }

    String size() {
        return DataSize.ofBytes(Math.max(0, image.getSizeBytes())).toDisplayString();
    }

    @Override
    public String toString() {
        Facts facts = new Facts()
                .add("name", image.getName())
                .add("digest", image.getDigest())
                .add("created", new When(image.getCreated()))
                .add("size", size())
                .add("system", image.getOperatingSystem())
                .add("kernel", image.getKernel())
                .add("recipe", image.getRecipeDigest());
        image.getOriginsList().forEach(origin -> facts.add("origin", origin));
        new TreeMap<>(image.getToolsMap()).forEach((tool, version) -> facts.add("tool", tool + " " + version));
        if (image.getPackagesCount() > 0) {
            facts.add("packages", image.getPackagesCount() + " (--packages lists them)");
        }
        return facts.toString();
    }

    String withPackages() {
        Table table = new Table("PACKAGE", "VERSION");
        new TreeMap<>(image.getPackagesMap()).forEach(table::row);
        return this + "\n" + table;
    }
}
