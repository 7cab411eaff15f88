package io.moka.proxy.path;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.process.ComponentPage;
import io.moka.proxy.model.NodeView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Answers questions over HTTP. Parameters: `from`, `to`, `namespace`, and `trace=true` to follow a packet. The answer: `{"node": ..., "steps": [{"stage", "text"}]}`.
public final class PathPage implements ComponentPage {

    /// The path of the page in the proxy and in the apiserver.
    public static final String PATH = "/debug/proxy/path";

    private record Reply(String node, List<Step> steps) {
    }

    private final ApiClient api;
    private final PathKernel kernel;
    private final Supplier<NodeView> node;

    /// @param node this node as the rules see it now
    public PathPage(ApiClient api, PathKernel kernel, Supplier<NodeView> node) {
        this.api = api;
        this.kernel = kernel;
        this.node = node;
    }

    @Override
    public Answer get(Map<String, String> query) {
        var namespace = query.getOrDefault("namespace", "default");
        try {
            var origin = Origin.parse(query.getOrDefault("from", ""), namespace);
            var target = Target.parse(query.getOrDefault("to", ""), namespace);
            var now = node.get();
            var steps = PathFinder.find(PathCluster.read(api), kernel, now, origin, target, namespace, "true".equals(query.get("trace")));
            return Answer.json(Json.bytes(new Reply(now.name(), steps)));
        } catch (IllegalArgumentException e) {
            return Answer.status(400, "BadRequest", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Answer.status(500, "InternalError", "the kernel could not be asked: " + e.getMessage());
        }
    }
}
