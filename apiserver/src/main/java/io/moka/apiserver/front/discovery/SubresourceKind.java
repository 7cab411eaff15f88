package io.moka.apiserver.front.discovery;

import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The entry of a subresource in discovery: its kind and its verbs.
record SubresourceKind(String name, GroupVersionKind kind, List<String> verbs) {
    private static final List<String> READ_WRITE = List.of("get", "patch", "update");
    private static final List<String> CREATE = List.of("create");
    private static final List<String> ANY = List.of("create", "delete", "get", "patch", "update");
    private static final List<String> CONNECT = List.of("create", "get");

    /// Returns the subresources that are served, by name.
    static List<SubresourceKind> of(ResourceType type) {
        List<SubresourceKind> known = new ArrayList<>();
        for (String name : new TreeSet<>(type.subresources())) {
            switch (name) {
                case "status", "approval" -> known.add(new SubresourceKind(name, type.gvk(), READ_WRITE));
                case "scale" -> known.add(new SubresourceKind(name, new GroupVersionKind("autoscaling", "v1", "Scale"), READ_WRITE));
                case "binding" -> known.add(new SubresourceKind(name, new GroupVersionKind("", "v1", "Binding"), CREATE));
                case "eviction" -> known.add(new SubresourceKind(name, new GroupVersionKind("policy", "v1", "Eviction"), CREATE));
                case "token" -> known.add(new SubresourceKind(name, new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"), CREATE));
                case "finalize" -> known.add(new SubresourceKind(name, type.gvk(), List.of("update")));
                case "log" -> known.add(new SubresourceKind(name, type.gvk(), List.of("get")));
                case "exec" -> known.add(new SubresourceKind(name, new GroupVersionKind("", "v1", "PodExecOptions"), CONNECT));
                case "attach" -> known.add(new SubresourceKind(name, new GroupVersionKind("", "v1", "PodAttachOptions"), CONNECT));
                case "portforward" -> known.add(new SubresourceKind(name, new GroupVersionKind("", "v1", "PodPortForwardOptions"), CONNECT));
                case "proxy" -> known.add(new SubresourceKind(name, new GroupVersionKind("", "v1", type.kind() + "ProxyOptions"), ANY));
                case "ephemeralcontainers", "resize" -> known.add(new SubresourceKind(name, type.gvk(), READ_WRITE));
                default -> throw new IllegalArgumentException("no verbs are known for " + type.plural() + "/" + name);
            }
        }
        return known;
    }
}
