package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Validates probes and lifecycle hooks.
final class ProbeRules {

    private ProbeRules() {
    }

    static void probe(ObjectNode probe, Path path, Causes causes) {
        oneHandler(probe, List.of("exec", "httpGet", "tcpSocket", "grpc"), path, causes);
        if (CheckedFields.number(probe, "terminationGracePeriodSeconds", 1) <= 0) {
            causes.invalid(path.child("terminationGracePeriodSeconds"), CheckedFields.number(probe, "terminationGracePeriodSeconds", 1), "must be greater than 0");
        }
    }

    static void lifecycleHandler(ObjectNode handler, Path path, Causes causes) {
        oneHandler(handler, List.of("exec", "httpGet", "tcpSocket", "sleep"), path, causes);
    }

    private static void oneHandler(ObjectNode owner, List<String> handlers, Path path, Causes causes) {
        boolean found = false;
        for (String handler : handlers) {
            if (CheckedFields.has(owner, handler)) {
                if (found) {
                    causes.forbidden(path.child(handler), "may not specify more than 1 handler type");
                }
                found = true;
            }
        }
        if (!found) {
            causes.required(path, "must specify a handler type");
        }
    }

    static void httpGet(ObjectNode action, Path path, Causes causes) {
        portOfAction(action, path, causes);
        for (JsonNode header : CheckedFields.list(action, "httpHeaders")) {
            if (!CheckedFields.text(header, "name").matches("[-A-Za-z0-9]+")) {
                causes.invalid(path.child("httpHeaders"), CheckedFields.text(header, "name"), "a valid HTTP header must consist of alphanumeric characters or '-'"
                        + " (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
            }
        }
    }

    static void portOfAction(ObjectNode action, Path path, Causes causes) {
        port(action.get("port"), path.child("port"), causes);
    }

    /// Validates a port, which is a number or a name.
    static void port(@Nullable JsonNode port, Path path, Causes causes) {
        if (port == null) {
            return;
        }
        if (port.isTextual()) {
            causes.invalidAll(path, port.textValue(), Names.portName(port.textValue()));
        } else if (port.intValue() < 1 || port.intValue() > 65535) {
            causes.invalid(path, port, "must be between 1 and 65535, inclusive");
        }
    }
}
