package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.Selection;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Listing;
import io.moka.apiserver.kinds.componentstatus.Components;
import io.moka.apiserver.kinds.componentstatus.Components.Health;
import java.util.List;
import java.util.Map;

/// Serves the resource `componentstatuses`, whose objects are computed on request. Only the components that the request selects are probed.
final class ComponentStatuses implements TargetHandler {
    private final Components components;
    private final Answers answers;

    ComponentStatuses(Components components, Answers answers) {
        this.components = components;
        this.answers = answers;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
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
