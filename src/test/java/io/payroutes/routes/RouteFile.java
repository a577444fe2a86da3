package io.payroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML file as a tree whose nodes know their lines. */
final class RouteFile {

    /** Sees each value of the tree, with the key or index that it has in its parent. */
    interface Visitor {
        void see(String pointer, String key, JsonNode value);
    }

    private final Path path;
    private final JsonNode tree;
    private final Map<String, Integer> lines = new HashMap<>();

    private RouteFile(Path path, Node root) {
        this.path = path;
        lines.put("", 1);
        this.tree = tree(root, "");
    }

    /** @param path within root, as it is told to people */
    static RouteFile read(Path root, Path path) {
        try {
            return new Compose(LoadSettings.builder().setLabel(path.toString()).build())
                    .composeString(Files.readString(root.resolve(path)))
                    .map(node -> new RouteFile(path, node))
                    .orElseThrow(() -> new IllegalStateException(path + " is empty"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    JsonNode tree() {
        return tree;
    }

    /** The name without {@code .camel.yaml}, or {@code .kamelet.yaml}. */
    String stem() {
        return path.getFileName().toString().replaceFirst("\\..*", "");
    }

    boolean isKamelet() {
        return path.toString().endsWith(".kamelet.yaml");
    }

    int line(String pointer) {
        String known = pointer;
        while (!lines.containsKey(known)) {
            known = known.substring(0, known.lastIndexOf('/'));
        }
        return lines.getOrDefault(known, 1);
    }

    Problem problem(String pointer, String reason) {
        return new Problem(path, line(pointer), reason);
    }

    /** Walks through the routes: everything, or the template of a kamelet. */
    void walk(Visitor visitor) {
        String start = isKamelet() ? "/spec/template" : "";
        walk(start, "", tree.at(start), visitor);
    }

    private static void walk(String pointer, String key, JsonNode node, Visitor visitor) {
        visitor.see(pointer, key, node);
        node.properties()
                .forEach(field -> walk(pointer + "/" + field.getKey(), field.getKey(), field.getValue(), visitor));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(pointer + "/" + i, key, node.get(i), visitor);
            }
        }
    }

    private JsonNode tree(Node node, String pointer) {
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (NodeTuple field : mapping.getValue()) {
                String key = ((ScalarNode) field.getKeyNode()).getValue();
                lines.put(pointer + "/" + key, lineOf(field.getKeyNode()));
                object.set(key, tree(field.getValueNode(), pointer + "/" + key));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (Node item : sequence.getValue()) {
                String itemPointer = pointer + "/" + array.size();
                lines.put(itemPointer, lineOf(item));
                array.add(tree(item, itemPointer));
            }
            return array;
        }
        ScalarNode scalar = (ScalarNode) node;
        String text = scalar.getValue();
        if (scalar.getTag().equals(Tag.INT)) {
            return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
        }
        if (scalar.getTag().equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text));
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            return JsonNodeFactory.instance.nullNode();
        }
        return JsonNodeFactory.instance.textNode(text);
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
