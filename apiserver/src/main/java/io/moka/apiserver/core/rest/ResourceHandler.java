package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.request.RequestInfo;
import io.moka.apiserver.core.resource.OlderVersions;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import java.util.Map;

/// Serves `/api` and `/apis`: finds the resource, the verb and the subresource that a request names.
public final class ResourceHandler implements RequestHandler {
    private final VerbContext context;
    private final Verbs verbs;
    private final Extras extras;

    /// The handlers of what the verbs do not serve.
    ///
    /// @param subresources the handlers of subresources, by name
    /// @param reviews      answers resources that are neither stored nor computed: reviews and `bindings`
    /// @param computed     serves the resources whose objects are computed on request
    public record Extras(Map<String, TargetHandler> subresources, TargetHandler reviews, TargetHandler computed) {}

    public ResourceHandler(VerbContext context, Verbs verbs, Extras extras) {
        this.context = context;
        this.verbs = verbs;
        this.extras = extras;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestInfo info = exchange.info();
        ResourceType type = context.catalog().find(info.group(), info.version(), info.resource());
        if (type == null || !type.namespaced() && !info.namespace().isEmpty() && !type.plural().equals("namespaces") || !info.rest().isEmpty() && !info.subresource().equals("proxy")) {
            throw ApiException.noSuchPath();
        }
        Target target = Target.of(type, exchange);
        String warning = type.custom() != null ? type.custom().deprecationWarning() : OlderVersions.warning(type.gvk());
        if (!warning.isEmpty()) {
            exchange.warn(warning);
        }
        if (type.computed()) {
            if (!info.subresource().isEmpty()) {
                throw ApiException.noSuchPath();
            }
            extras.computed().handle(exchange, target);
        } else if (!type.stored()) {
            requireCreate(exchange);
            extras.reviews().handle(exchange, target);
        } else if (info.subresource().isEmpty() || type.subresources().contains(info.subresource()) && isPart(info.subresource())) {
            answer(exchange, target);
        } else {
            TargetHandler subresource = type.subresources().contains(info.subresource()) ? extras.subresources().get(info.subresource()) : null;
            if (subresource == null) {
                throw ApiException.noSuchPath();
            }
            subresource.handle(exchange, target);
        }
    }

    /// Whether a subresource serves the object itself and writes only a part of it.
    private static boolean isPart(String subresource) {
        return subresource.equals("status") || subresource.equals("approval") || PodPart.isPart(subresource);
    }

    private static void requireCreate(Exchange exchange) {
        if (!exchange.info().verb().equals("create") || !exchange.info().name().isEmpty()) {
            throw notAllowed();
        }
    }

    private void answer(Exchange exchange, Target target) {
        ResourceType type = target.type();
        if (type.namespaced() && target.namespace().isEmpty() && !target.name().isEmpty()) {
            throw ApiException.noSuchPath();
        }
        boolean part = !target.subresource().isEmpty();
        switch (exchange.info().verb()) {
            case "get" -> verbs.answers().object(exchange, type, 200, verbs.get().get(exchange, target));
            case "list" -> verbs.list().list(exchange, target);
            case "watch" -> verbs.watch().watch(exchange, target);
            case "create" -> {
                requireCollection(target, part);
                verbs.answers().object(exchange, type, 201, verbs.create().create(exchange, target));
            }
            case "update" -> {
                requireObject(target);
                UpdateVerb.Outcome outcome = verbs.update().update(exchange, target);
                verbs.answers().object(exchange, type, outcome.created() ? 201 : 200, outcome.json());
            }
            case "patch" -> {
                requireObject(target);
                UpdateVerb.Outcome outcome = ApplyVerb.isMeant(exchange) ? verbs.apply().apply(exchange, target)
                        : new UpdateVerb.Outcome(verbs.patch().patch(exchange, target), false);
                verbs.answers().object(exchange, type, outcome.created() ? 201 : 200, outcome.json());
            }
            case "delete" -> {
                requireWhole(part);
                verbs.answers().object(exchange, type, 200, verbs.delete().delete(exchange, target));
            }
            case "deletecollection" -> {
                requireNamespaced(target);
                exchange.answerParts(BodyDecoder.JSON, verbs.delete().deleteCollection(exchange, target));
            }
            default -> throw notAllowed();
        }
    }

    private static void requireCollection(Target target, boolean part) {
        boolean namespaceMissing = target.type().namespaced() && target.namespace().isEmpty();
        if (part || !target.name().isEmpty() || namespaceMissing) {
            throw notAllowed();
        }
    }

    private static void requireObject(Target target) {
        if (target.name().isEmpty()) {
            throw notAllowed();
        }
    }

    private static void requireWhole(boolean part) {
        if (part) {
            throw notAllowed();
        }
    }

    private static void requireNamespaced(Target target) {
        if (target.type().namespaced() && target.namespace().isEmpty() || target.type().plural().equals("namespaces")) {
            throw notAllowed();
        }
    }

    public static ApiException notAllowed() {
        return ApiException.methodNotAllowed("the server does not allow this method on the requested resource");
    }

    /// Ends all open watches.
    public void stop() {
        verbs.watch().stop();
    }
}
