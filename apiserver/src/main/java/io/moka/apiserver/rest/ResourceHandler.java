package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.Authenticators;
import io.moka.apiserver.authn.ServiceAccountOptions;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.componentstatus.Components;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.http.RequestHandler;
import io.moka.apiserver.http.RequestInfo;
import io.moka.apiserver.kubelet.KubeletProxy;
import io.moka.apiserver.proxy.ProxySubresource;
import io.moka.apiserver.resource.OlderVersions;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.table.Tables;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/// Serves `/api` and `/apis`: finds the resource, the verb and the subresource that a request names.
public final class ResourceHandler implements RequestHandler {
    private final Registry registry;
    private final Answers answers;
    private final GetVerb getVerb;
    private final ListVerb listVerb;
    private final WatchVerb watchVerb;
    private final CreateVerb createVerb;
    private final UpdateVerb updateVerb;
    private final PatchVerb patchVerb;
    private final ApplyVerb applyVerb;
    private final DeleteVerb deleteVerb;
    private final Reviews reviews;
    private final ComponentStatuses componentStatuses;
    private final BindingSubresource binding;
    private final Map<String, Subresource> subresources = new HashMap<>();

    /// What the special resources need beyond the registry.
    ///
    /// @param rules what a user may do in a namespace, as the status of a SelfSubjectRulesReview
    public record Services(Tables tables, Authorizer authorizer, BiFunction<UserInfo, String, ObjectNode> rules, Authenticators authenticators, ServiceAccountOptions accounts, KubeletProxy kubelets, ProxySubresource proxy,
            Components components) {}

    public ResourceHandler(Registry registry, Services services) {
        this.registry = registry;
        var intake = new Intake(registry.schemas());
        var storage = new ObjectStorage(registry);
        var rules = new UpdateRules(registry, intake);
        answers = new Answers(services.tables());
        getVerb = new GetVerb(registry);
        listVerb = new ListVerb(registry, answers);
        watchVerb = new WatchVerb(registry, answers);
        var ownership = new Ownership(intake, registry.clock());
        createVerb = new CreateVerb(registry, intake, storage, ownership);
        updateVerb = new UpdateVerb(registry, intake, storage, rules, createVerb, ownership);
        patchVerb = new PatchVerb(intake, storage, rules, ownership);
        applyVerb = new ApplyVerb(intake, storage, rules, ownership, createVerb, services.authorizer());
        deleteVerb = new DeleteVerb(registry, storage);
        reviews = new Reviews(intake, registry.admission(), services);
        componentStatuses = new ComponentStatuses(services.components(), answers);
        binding = new BindingSubresource(registry, storage);
        subresources.put("scale", new ScaleSubresource(registry, answers, storage, rules, intake, ownership));
        subresources.put("binding", binding);
        subresources.put("eviction", new EvictionSubresource(registry, storage, deleteVerb));
        subresources.put("token", new TokenSubresource(registry, intake, services));
        subresources.put("finalize", new FinalizeSubresource(registry, intake, storage));
        var conversations = new Conversations(registry);
        subresources.put("log", (exchange, target) -> services.kubelets().handle(exchange, target.namespace(), target.name(), "log"));
        for (String name : new String[] {"exec", "attach", "portforward"}) {
            subresources.put(name, (exchange, target) -> {
                conversations.admit(exchange, target);
                services.kubelets().handle(exchange, target.namespace(), target.name(), name);
            });
        }
        subresources.put("proxy", (exchange, target) -> {
            conversations.admit(exchange, target);
            if (target.type().plural().equals("nodes")) {
                services.kubelets().proxy(exchange, target.name());
            } else {
                services.proxy().handle(exchange, target.type().plural(), target.namespace(), target.name());
            }
        });
    }

    @Override
    public void handle(Exchange exchange) {
        RequestInfo info = exchange.info();
        ResourceType type = registry.catalog().find(info.group(), info.version(), info.resource());
        if (type == null || !type.namespaced() && !info.namespace().isEmpty() && !type.plural().equals("namespaces")) {
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
            componentStatuses.handle(exchange, target);
        } else if (!type.stored()) {
            answerReview(exchange, target);
        } else if (info.subresource().isEmpty() || type.subresources().contains(info.subresource()) && isPart(info.subresource())) {
            answer(exchange, target);
        } else {
            Subresource subresource = type.subresources().contains(info.subresource()) ? subresources.get(info.subresource()) : null;
            if (subresource == null) {
                throw ApiException.noSuchPath();
            }
            subresource.handle(exchange, target);
        }
    }

    /// Whether a subresource is the object itself, of which only a part is written.
    private static boolean isPart(String subresource) {
        return subresource.equals("status") || subresource.equals("approval") || PodPart.isPart(subresource);
    }

    private void answerReview(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("create") || !exchange.info().name().isEmpty()) {
            throw notAllowed();
        }
        if (target.type().plural().equals("bindings")) {
            binding.handle(exchange, target);
        } else {
            Representation.requireWhole(exchange);
            exchange.answer(201, reviews.review(exchange, target));
        }
    }

    private void answer(Exchange exchange, Target target) {
        ResourceType type = target.type();
        if (type.namespaced() && target.namespace().isEmpty() && !target.name().isEmpty()) {
            throw ApiException.noSuchPath();
        }
        boolean part = !target.subresource().isEmpty();
        switch (exchange.info().verb()) {
            case "get" -> answers.object(exchange, type, 200, getVerb.get(exchange, target));
            case "list" -> listVerb.list(exchange, target);
            case "watch" -> watchVerb.watch(exchange, target);
            case "create" -> {
                requireCollection(target, part);
                answers.object(exchange, type, 201, createVerb.create(exchange, target));
            }
            case "update" -> {
                requireObject(target);
                UpdateVerb.Outcome outcome = updateVerb.update(exchange, target);
                answers.object(exchange, type, outcome.created() ? 201 : 200, outcome.json());
            }
            case "patch" -> {
                requireObject(target);
                UpdateVerb.Outcome outcome = ApplyVerb.isMeant(exchange) ? applyVerb.apply(exchange, target)
                        : new UpdateVerb.Outcome(patchVerb.patch(exchange, target), false);
                answers.object(exchange, type, outcome.created() ? 201 : 200, outcome.json());
            }
            case "delete" -> {
                requireWhole(part);
                answers.object(exchange, type, 200, deleteVerb.delete(exchange, target));
            }
            case "deletecollection" -> {
                requireNamespaced(target);
                exchange.answerParts(BodyDecoder.JSON, deleteVerb.deleteCollection(exchange, target));
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

    static ApiException notAllowed() {
        return ApiException.methodNotAllowed("the server does not allow this method on the requested resource");
    }

    static void requireMethod(Exchange exchange, HttpMethod... allowed) {
        for (HttpMethod method : allowed) {
            if (exchange.request().method().equals(method)) {
                return;
            }
        }
        throw notAllowed();
    }

    /// Ends the watches that are open.
    public void stop() {
        watchVerb.stop();
    }
}
