package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Amounts of resources, by name: `cpu` 500m, `pods` 3. Immutable.
public record ResourceList(SortedMap<String, Quantity> amounts) {
    public static final ResourceList EMPTY = new ResourceList(new TreeMap<>());

    /// @param node an object of quantities, as they are stored
    public static ResourceList of(JsonNode node) {
        if (node.isEmpty()) {
            return EMPTY;
        }
        SortedMap<String, Quantity> amounts = new TreeMap<>();
        node.properties().forEach(entry -> amounts.put(entry.getKey(), Quantity.parse(entry.getValue().asText())));
        return new ResourceList(amounts);
    }

    public @Nullable Quantity get(String name) {
        return amounts.get(name);
    }

    public boolean has(String name) {
        return amounts.containsKey(name);
    }

    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    public Collection<String> names() {
        return amounts.keySet();
    }

    public ResourceList with(String name, Quantity amount) {
        SortedMap<String, Quantity> changed = new TreeMap<>(amounts);
        changed.put(name, amount);
        return new ResourceList(changed);
    }

    public ResourceList plus(ResourceList other) {
        return merge(other, Quantity::plus);
    }

    /// Subtracts the other list; a resource that only the other list has becomes negative.
    public ResourceList minus(ResourceList other) {
        return plus(other.negated());
    }

    public ResourceList negated() {
        SortedMap<String, Quantity> changed = new TreeMap<>(amounts);
        changed.replaceAll((name, amount) -> amount.negated());
        return new ResourceList(changed);
    }

    /// Returns the greater amount of each resource.
    public ResourceList max(ResourceList other) {
        return merge(other, (mine, theirs) -> theirs.compareTo(mine) > 0 ? theirs : mine);
    }

    private ResourceList merge(ResourceList other, BinaryOperator<Quantity> both) {
        if (other.isEmpty() || isEmpty()) {
            return isEmpty() ? other : this;
        }
        SortedMap<String, Quantity> merged = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> merged.merge(name, amount, both));
        return new ResourceList(merged);
    }

    public ResourceList only(BiPredicate<String, Quantity> condition) {
        SortedMap<String, Quantity> kept = new TreeMap<>();
        amounts.forEach((name, amount) -> {
            if (condition.test(name, amount)) {
                kept.put(name, amount);
            }
        });
        return kept.size() == amounts.size() ? this : new ResourceList(kept);
    }

    public ResourceList only(Collection<String> names) {
        return only((name, amount) -> names.contains(name));
    }

    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        amounts.forEach((name, amount) -> node.put(name, amount.toString()));
        return node;
    }

    /// Returns `cpu=2,pods=3`.
    @Override
    public String toString() {
        return amounts.entrySet().stream().map((Map.Entry<String, Quantity> entry) -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(","));
    }
}
