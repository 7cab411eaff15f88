package io.moka.apiserver.rest;

import io.moka.apiserver.fieldmanager.FieldOwner;
import io.moka.apiserver.fieldmanager.FieldOwner.Operation;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// In whose name a request writes: the `fieldManager` parameter, or else what the client calls itself.
final class FieldOwners {
    private static final int MAX_BYTES = 128;

    private FieldOwners() {}

    /// The server itself.
    static FieldOwner server(ResourceType type) {
        return new FieldOwner("kube-apiserver", Operation.UPDATE, type.groupVersion(), "");
    }

    static FieldOwner updater(Exchange exchange, Target target) {
        if (exchange.info().verb().equals("patch") && exchange.query().has("force")) {
            throw refused(exchange, "force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        }
        String manager = named(exchange);
        return new FieldOwner(manager.isEmpty() ? product(exchange.header("User-Agent")) : manager, Operation.UPDATE, target.type().groupVersion(), target.subresource());
    }

    static FieldOwner applier(Exchange exchange, Target target) {
        String manager = named(exchange);
        if (manager.isEmpty()) {
            throw refused(exchange, "fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
        }
        return new FieldOwner(manager, Operation.APPLY, target.type().groupVersion(), target.subresource());
    }

    private static String named(Exchange exchange) {
        String manager = exchange.query().get("fieldManager");
        if (manager.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw refused(exchange, "fieldManager", "FieldValueTooLong", "Too long: may not be more than " + MAX_BYTES + " bytes");
        }
        if (!manager.codePoints().allMatch(FieldOwners::printable)) {
            throw refused(exchange, "fieldManager", "FieldValueInvalid", "Invalid value: \"" + manager + "\": should only contain printable characters");
        }
        return manager;
    }

    private static boolean printable(int character) {
        return character == ' ' || !Character.isISOControl(character) && !Character.isWhitespace(character) && Character.isDefined(character);
    }

    /// What stands before the version: `kubectl` of `kubectl/v1.32.0 (linux/amd64)`.
    private static String product(String userAgent) {
        int slash = userAgent.indexOf('/');
        String product = slash < 0 ? userAgent : userAgent.substring(0, slash);
        if (product.length() <= MAX_BYTES && product.chars().allMatch(character -> character >= ' ' && character <= '~')) {
            return product;
        }
        int[] printable = product.codePoints().filter(FieldOwners::printable).toArray();
        int bytes = 0;
        StringBuilder cut = new StringBuilder();
        for (int character : printable) {
            bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                break;
            }
            cut.appendCodePoint(character);
        }
        return cut.toString();
    }

    private static ApiException refused(Exchange exchange, String field, String reason, String message) {
        String options = switch (exchange.info().verb()) {
            case "create" -> "CreateOptions";
            case "update" -> "UpdateOptions";
            default -> "PatchOptions";
        };
        return ApiException.invalid("meta.k8s.io", options, "", field + ": " + message, List.of(new StatusCause(reason, message, field)));
    }
}
