package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.Verbs;
import io.moka.apiserver.front.authn.Authenticators;
import io.moka.apiserver.front.authn.ServiceAccountOptions;
import io.moka.apiserver.kinds.componentstatus.Components;
import io.moka.apiserver.kinds.kubelet.KubeletProxy;
import io.moka.apiserver.kinds.proxy.ProxySubresource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// The table of the handlers of subresources, reviews and computed resources.
public final class Subresources {
    private Subresources() {}

    /// The services that the handlers need beyond the context and the verbs.
    ///
    /// @param rules returns what a user may do in a namespace, as the status of a SelfSubjectRulesReview
    public record Services(Authorizer authorizer, BiFunction<UserInfo, String, ObjectNode> rules, Authenticators authenticators, ServiceAccountOptions accounts, KubeletProxy kubelets, ProxySubresource proxy, Components components) {}

    public static ResourceHandler.Extras of(VerbContext context, Verbs verbs, Services services) {
        var binding = new BindingSubresource(context, verbs.storage());
        Map<String, TargetHandler> handlers = new HashMap<>();
        handlers.put("scale", new ScaleSubresource(context, verbs));
        handlers.put("binding", binding);
        handlers.put("eviction", new EvictionSubresource(context, verbs.storage(), verbs.delete()));
        handlers.put("token", new TokenSubresource(context, verbs.intake(), services));
        handlers.put("finalize", new FinalizeSubresource(context, verbs.intake(), verbs.storage()));
        connections(handlers, new ConnectAdmission(context), services);
        var reviews = new Reviews(verbs.intake(), context.admission(), services);
        return new ResourceHandler.Extras(Map.copyOf(handlers), (exchange, target) -> {
            TargetHandler handler = target.type().plural().equals("bindings") ? binding : reviews;
            handler.handle(exchange, target);
        }, new ComponentStatuses(services.components(), verbs.answers()));
    }

    /// Adds the subresources that open a connection to a pod, a node or a service.
    private static void connections(Map<String, TargetHandler> handlers, ConnectAdmission connects, Services services) {
        handlers.put("log", (exchange, target) -> services.kubelets().handle(exchange, target.namespace(), target.name(), "log"));
        for (String name : List.of("exec", "attach", "portforward")) {
            handlers.put(name, (exchange, target) -> {
                connects.admit(exchange, target);
                services.kubelets().handle(exchange, target.namespace(), target.name(), name);
            });
        }
        handlers.put("proxy", (exchange, target) -> {
            connects.admit(exchange, target);
            if (target.type().plural().equals("nodes")) {
                services.kubelets().proxy(exchange, target.name());
            } else {
                services.proxy().handle(exchange, target.type().plural(), target.namespace(), target.name());
            }
        });
    }
}
