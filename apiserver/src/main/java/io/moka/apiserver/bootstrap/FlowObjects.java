package io.moka.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.flowcontrol.BootstrapFlows;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.rest.Registry;
import io.moka.apiserver.status.ApiException;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the flow schemas and priority levels that every cluster has, and tells of each schema whether its level exists.
public final class FlowObjects implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowObjects.class);
    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Registry registry;
    private final ObjectWriter writer;
    private final ResourceType schemas;
    private final ResourceType levels;
    private long seen = -1;

    public FlowObjects(Registry registry, ObjectWriter writer) {
        this.registry = registry;
        this.writer = writer;
        schemas = registry.catalog().get(GROUP, "v1", "flowschemas");
        levels = registry.catalog().get(GROUP, "v1", "prioritylevelconfigurations");
    }

    /// Makes what is missing; sets right the mandatory ones and those whose annotation leaves it to us.
    public void make() {
        BootstrapFlows.levels().forEach(object -> ensure(levels, object));
        BootstrapFlows.schemas().forEach(object -> ensure(schemas, object));
    }

    private void ensure(ResourceType type, ObjectNode wanted) {
        String name = Json.name(wanted);
        ObjectNode found = registry.caches().get(type, "", name);
        try {
            if (found == null) {
                writer.create(type, "", wanted, SystemObjects.APISERVER);
            } else if (BootstrapFlows.mandatory(name)
                    || Json.text(found, "metadata", "annotations", "apf.kubernetes.io/autoupdate-spec").equals("true")) {
                writer.update(type, "", name, SystemObjects.APISERVER, current -> current.set("spec", wanted.get("spec")));
            }
        } catch (ApiException refused) {
            if (!refused.reason().equals("AlreadyExists")) {
                LOG.error("Cannot make {} {}: {}", type.plural(), name, refused.getMessage());
            }
        }
    }

    /// Follows the objects until it is interrupted.
    @Override
    public void run() {
        try {
            while (true) {
                long now = registry.caches().revision(schemas) + registry.caches().revision(levels);
                if (now != seen) {
                    look();
                    seen = now;
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            BootstrapFlows.levels().stream().filter(object -> BootstrapFlows.mandatory(Json.name(object))).forEach(object -> ensure(levels, object));
            BootstrapFlows.schemas().stream().filter(object -> BootstrapFlows.mandatory(Json.name(object))).forEach(object -> ensure(schemas, object));
            registry.caches().list(schemas, "").forEach(this::updateStatus);
        } catch (RuntimeException failed) {
            LOG.warn("Cannot tell the state of flow schemas: {}", failed.getMessage());
        }
    }

    private void updateStatus(ObjectNode schema) {
        String level = Json.text(schema, "spec", "priorityLevelConfiguration", "name");
        boolean dangling = registry.caches().get(levels, "", level) == null;
        String status = dangling ? "True" : "False";
        for (var condition : schema.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Dangling") && Json.text(condition, "status").equals(status)) {
                return;
            }
        }
        String message = dangling
                ? "This FlowSchema references the PriorityLevelConfiguration object named \"" + level + "\" but there is no such object"
                : "This FlowSchema references the PriorityLevelConfiguration object named \"" + level + "\" and it exists";
        writer.updateStatus(schemas, "", Json.name(schema), SystemObjects.APISERVER, current -> {
            ObjectNode condition = Json.child(current, "status").putArray("conditions").addObject();
            condition.put("type", "Dangling").put("status", status).put("lastTransitionTime", Times.format(registry.clock().instant()))
                    .put("reason", dangling ? "NotFound" : "Found").put("message", message);
        });
    }
}
