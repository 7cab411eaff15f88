package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.componentstatus.Components;
import io.moka.apiserver.componentstatus.Components.Health;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.Listing;
import java.util.List;
import java.util.Map;

/// GET of the one resource that is made up when it is asked for. A component that is not looked for is not asked.
final class ComponentStatuses {
    private final Components components;
    private final Answers answers;

    ComponentStatuses(Components components, Answers answers) {
        this.components = components;
        this.answers = answers;
    }

    void handle(Exchange exchange, Target target) {
        switch (exchange.info().verb()) {
            case "get" -> {
                if (!components.names().contains(target.name())) {
                    throw target.notFound();
                }
                answers.object(exchange, target.type(), 200, object(target.type(), components.ask(List.of(target.name())).getFirst()).json());
            }
            case "list" -> {
                Selection selection = Selection.of(target.type(), target.type(), exchange.query());
                List<String> chosen = components.names().stream().filter(name -> selection.test(cached(name, new byte[0]))).toList();
                List<CachedObject> found = components.ask(chosen).stream().map(health -> object(target.type(), health)).toList();
                answers.list(exchange, target.type(), new Listing(found, 0, false, 0), "");
            }
            case "watch" -> throw ApiException.methodNotAllowed("watch is not supported on resources of kind \"componentstatuses\"");
            default -> throw ResourceHandler.notAllowed();
        }
    }

    private static CachedObject object(ResourceType type, Health health) {
        ObjectNode status = Json.object().put("kind", type.kind()).put("apiVersion", type.groupVersion());
        status.putObject("metadata").put("name", health.name());
        ObjectNode condition = status.putArray("conditions").addObject().put("type", "Healthy").put("status", health.well() ? "True" : "False");
        if (!health.message().isEmpty()) {
            condition.put("message", health.message());
        }
        return cached(health.name(), Json.write(status));
    }

    private static CachedObject cached(String name, byte[] json) {
        return new CachedObject(name, "", name, json, 0, 0, 0, Map.of(), List.of());
    }
}
