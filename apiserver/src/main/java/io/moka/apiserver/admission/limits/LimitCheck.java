package io.moka.apiserver.admission.limits;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.machinery.meta.Quantity;
import io.moka.machinery.quota.ResourceList;
import java.math.MathContext;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks requests and limits against one item of a LimitRange.
final class LimitCheck {
    private final String type;
    private final JsonNode item;
    private final Set<String> problems;

    /// @param problems the set to which the problems found are added
    LimitCheck(JsonNode item, Set<String> problems) {
        this.item = item;
        this.problems = problems;
        type = Json.text(item, "type");
    }

    /// Checks the requests and limits of a container or pod.
    void check(ResourceList requests, ResourceList limits) {
        each("min", (name, least) -> minimum(name, least, requests.get(name), limits.get(name)));
        each("max", (name, most) -> maximum(name, most, requests.get(name), limits.get(name)));
        each("maxLimitRequestRatio", (name, most) -> ratio(name, most, requests.get(name), limits.get(name)));
    }

    /// Checks the requests of a claim; a claim has no limits.
    void checkClaim(ResourceList requests) {
        each("min", (name, least) -> minimum(name, least, requests.get(name), null));
        each("max", (name, most) -> maximumRequest(name, most, requests.get(name)));
    }

    private interface Constraint {
        @Nullable String problem(String name, Quantity enforced);
    }

    private void each(String field, Constraint constraint) {
        ResourceList.of(item.path(field)).amounts().forEach((name, enforced) -> {
            String problem = constraint.problem(name, enforced);
            if (problem != null) {
                problems.add(problem);
            }
        });
    }

    private @Nullable String minimum(String name, Quantity least, @Nullable Quantity request, @Nullable Quantity limit) {
        String rule = "minimum " + name + " usage per " + type + " is " + least;
        if (request == null) {
            return rule + ".  No request is specified";
        }
        if (request.compareTo(least) < 0) {
            return rule + ", but request is " + request;
        }
        return limit != null && limit.compareTo(least) < 0 ? rule + ", but limit is " + limit : null;
    }

    private @Nullable String maximum(String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit) {
        String rule = "maximum " + name + " usage per " + type + " is " + most;
        if (limit == null) {
            return rule + ".  No limit is specified";
        }
        if (limit.compareTo(most) > 0) {
            return rule + ", but limit is " + limit;
        }
        return request != null && request.compareTo(most) > 0 ? rule + ", but request is " + request : null;
    }

    private @Nullable String maximumRequest(String name, Quantity most, @Nullable Quantity request) {
        String rule = "maximum " + name + " usage per " + type + " is " + most;
        if (request == null) {
            return rule + ".  No request is specified";
        }
        return request.compareTo(most) > 0 ? rule + ", but request is " + request : null;
    }

    private @Nullable String ratio(String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit) {
        String rule = name + " max limit to request ratio per " + type + " is " + most;
        if (request == null || request.value().signum() == 0) {
            return rule + ", but no request is specified or request is 0";
        }
        if (limit == null || limit.value().signum() == 0) {
            return rule + ", but no limit is specified or limit is 0";
        }
        boolean exceeded = limit.value().compareTo(most.value().multiply(request.value())) > 0;
        return exceeded ? rule + ", but provided ratio is " + String.format(Locale.ROOT, "%f", limit.value().divide(request.value(), MathContext.DECIMAL64)) : null;
    }
}
