package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.moka.machinery.meta.Quantities;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes a container's requests and limits in units of a divisor, rounded up. For a limit that is not set the node's allocatable amount is used.
public final class ResourceFields {

    private ResourceFields() {
    }

    public static String value(Pod pod, Container defaultContainer, ResourceFieldSelector selector, Map<String, Quantity> allocatable) {
        var container = selector.getContainerName() == null || selector.getContainerName().isEmpty()
                ? defaultContainer : container(pod, selector.getContainerName());
        var amount = amount(container, selector.getResource(), allocatable);
        var divisor = selector.getDivisor() == null ? BigDecimal.ZERO : number(selector.getDivisor());
        return amount.divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING).toPlainString();
    }

    public static Container container(Pod pod, String name) {
        for (var container : pod.getSpec().getContainers()) {
            if (container.getName().equals(name)) {
                return container;
            }
        }
        for (var container : pod.getSpec().getInitContainers()) {
            if (container.getName().equals(name)) {
                return container;
            }
        }
        throw new MissingSource("container " + name + " not found");
    }

    private static BigDecimal amount(Container container, String field, Map<String, Quantity> allocatable) {
        int dot = field.indexOf('.');
        var resource = field.substring(dot + 1);
        boolean limit = field.startsWith("limits.");
        if (!limit && !field.startsWith("requests.")) {
            throw new MissingSource("unsupported container resource : " + field);
        }
        var own = resources(container, limit).get(resource);
        if (own != null) {
            return number(own);
        }
        return limit && allocatable.get(resource) != null ? number(allocatable.get(resource)) : BigDecimal.ZERO;
    }

    private static Map<String, Quantity> resources(Container container, boolean limits) {
        var resources = container.getResources();
        var found = resources == null ? null : limits ? resources.getLimits() : resources.getRequests();
        return found == null ? Map.of() : found;
    }

    private static BigDecimal number(@Nullable Quantity quantity) {
        return quantity == null ? BigDecimal.ZERO
                : Quantities.parse(quantity.getAmount() + (quantity.getFormat() == null ? "" : quantity.getFormat()));
    }
}
