package dev.mulligan.vm.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Which disk layer stands on which. A <i>layer</i> is a qcow2 file that holds what was written since the layer below;
 * only a layer on which nothing stands may still be written to. A layer without a parent stands on the image.
 *
 * @param parents every layer with the one below it; a parent is always listed before its children
 */
public record LayerGraph(SequencedMap<String, Optional<String>> parents) {

    public LayerGraph {
        parents = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parents));
        var seen = new ArrayList<String>();
        parents.forEach((layer, parent) -> {
            if (parent.isPresent() && !seen.contains(parent.get())) {
                throw new IllegalArgumentException(
                        "layer " + layer + " stands on " + parent.get() + " (expected: a layer listed before it)");
            }
            seen.add(layer);
        });
    }

    /** The graph of a new machine: one layer on the image. */
    public static LayerGraph of(String first) {
        return new LayerGraph(new LinkedHashMap<>(Map.of(first, Optional.empty())));
    }

    public boolean contains(String layer) {
        return parents.containsKey(layer);
    }

    /** With a new layer on top of an existing one. */
    public LayerGraph with(String layer, String parent) {
        var grown = new LinkedHashMap<>(parents);
        grown.put(layer, Optional.of(parent));
        return new LayerGraph(grown);
    }

    /** With a new layer that stands on the image. */
    public LayerGraph withRoot(String layer) {
        var grown = new LinkedHashMap<>(parents);
        grown.put(layer, Optional.empty());
        return new LayerGraph(grown);
    }

    /** With a layer that has taken in all that was below it, and now stands on the image. */
    public LayerGraph rerooted(String layer) {
        var changed = new LinkedHashMap<>(parents);
        changed.put(layer, Optional.empty());
        return new LayerGraph(changed);
    }

    /** The layer and all below it, from the top down. */
    public List<String> chain(String layer) {
        var chain = new ArrayList<String>();
        for (Optional<String> next = Optional.of(layer); next.isPresent(); next = parentOf(next.get())) {
            chain.add(next.get());
        }
        return chain;
    }

    /** Only the layers on which at least one of the roots stands: what nobody needs is gone. */
    public LayerGraph retain(Collection<String> roots) {
        var kept = new LinkedHashMap<>(parents);
        var needed = roots.stream().flatMap(root -> chain(root).stream()).toList();
        kept.keySet().retainAll(needed);
        return new LayerGraph(kept);
    }

    /** The layers that stand directly on this one. */
    public List<String> children(String layer) {
        return parents.entrySet().stream()
                .filter(entry -> entry.getValue().equals(Optional.of(layer)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Optional<String> parentOf(String layer) {
        Optional<String> parent = parents.get(layer);
        if (parent == null) {
            throw new IllegalArgumentException("layer: " + layer + " (expected: one of " + parents.keySet() + ")");
        }
        return parent;
    }
}
