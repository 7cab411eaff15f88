package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.fieldmanager.FieldOwner.Operation;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Determines the field manager of a request: the `fieldManager` parameter, or else the product name in the User-Agent header.
public final class FieldOwners {
    private static final int MAX_BYTES = 128;

    private FieldOwners() {}

    /// Returns the owner of fields that the server itself writes.
    static FieldOwner server(ResourceType type) {
        return new FieldOwner("kube-apiserver", Operation.UPDATE, type.groupVersion(), "");
    }

    public static FieldOwner updater(Exchange exchange, Target target) {
        if (exchange.info().verb().equals("patch") && exchange.query().has("force")) {
            throw refused(exchange, "force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        }
        String manager = named(exchange);
        return new FieldOwner(manager.isEmpty() ? product(exchange.header("User-Agent")) : manager, Operation.UPDATE, target.type().groupVersion(), target.subresource());
    }

    public static FieldOwner applier(Exchange exchange, Target target) {
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

    /// Returns the part before the version: `kubectl` of `kubectl/v1.32.0 (linux/amd64)`. At most 128 bytes; characters that are not printable are left out.
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
