package io.moka.apiserver.server.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.front.flowcontrol.BootstrapFlows;
import io.moka.machinery.meta.Times;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Maintains the flow schemas and priority levels that every cluster has, and the condition
/// Dangling of each flow schema, which says whether its level is missing.
public final class FlowObjects implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowObjects.class);
    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final VerbContext context;
    private final ObjectWriter writer;
    private final Sleeper sleeper;
    private final ResourceType schemas;
    private final ResourceType levels;
    private long seen = -1;

    public FlowObjects(VerbContext context, ObjectWriter writer, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.context = context;
        this.writer = writer;
        schemas = context.catalog().get(GROUP, "v1", "flowschemas");
        levels = context.catalog().get(GROUP, "v1", "prioritylevelconfigurations");
    }

    /// Creates missing objects; resets the mandatory ones and those whose annotation enables automatic updates.
    public void make() {
        BootstrapFlows.levels().forEach(object -> ensure(levels, object));
        BootstrapFlows.schemas().forEach(object -> ensure(schemas, object));
    }

    private void ensure(ResourceType type, ObjectNode wanted) {
        String name = Json.name(wanted);
        ObjectNode found = context.caches().get(type, "", name);
        try {
            if (found == null) {
                writer.create(type, "", wanted, SystemObjects.APISERVER);
            } else if (isOurs(name, found) && !found.path("spec").equals(wanted.path("spec"))) {
                writer.update(type, "", name, SystemObjects.APISERVER, current -> current.set("spec", wanted.get("spec")));
            }
        } catch (ApiException refused) {
            if (refused.transientFailure()) {
                throw refused;
            }
            if (!refused.reason().equals("AlreadyExists")) {
                LOG.error("Cannot make {} {}: {}", type.plural(), name, refused.getMessage());
            }
        }
    }

    private static boolean isOurs(String name, ObjectNode found) {
        return BootstrapFlows.mandatory(name) || Json.text(found, "metadata", "annotations", "apf.kubernetes.io/autoupdate-spec").equals("true");
    }

    /// Watches the objects until it is interrupted.
    @Override
    public void run() {
        try {
            while (true) {
                long now = context.caches().revision(schemas) + context.caches().revision(levels);
                if (now != seen && refresh()) {
                    seen = now;
                }
                sleeper.sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when something is to be tried again though nothing changes
    private boolean refresh() {
        try {
            BootstrapFlows.levels().stream().filter(object -> BootstrapFlows.mandatory(Json.name(object))).forEach(object -> ensure(levels, object));
            BootstrapFlows.schemas().stream().filter(object -> BootstrapFlows.mandatory(Json.name(object))).forEach(object -> ensure(schemas, object));
            boolean written = true;
            for (ObjectNode schema : context.caches().list(schemas, "")) {
                written &= updateOrSetAside(schema);
            }
            return written;
        } catch (RuntimeException failed) {
            LOG.warn("The mandatory flow schemas are looked at again: {}", failed.getMessage());
            return false;
        }
    }

    /// Writes the status of one schema. When that fails for a reason of the schema's own, it is set aside until a schema changes.
    ///
    /// @return false when it is to be tried again
    private boolean updateOrSetAside(ObjectNode schema) {
        try {
            updateStatus(schema);
            return true;
        } catch (StoreUnavailableException later) {
            LOG.info("The status of FlowSchema {} will be written later: {}", Json.name(schema), later.getMessage());
            return false;
        } catch (RuntimeException failed) {
            if (failed instanceof ApiException refused && (refused.transientFailure() || refused.code() == 409)) {
                return false;
            }
            LOG.warn("The status of FlowSchema {} cannot be written: {}", Json.name(schema), failed.getMessage());
            return true;
        }
    }

    private void updateStatus(ObjectNode schema) {
        String level = Json.text(schema, "spec", "priorityLevelConfiguration", "name");
        boolean dangling = context.caches().get(levels, "", level) == null;
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
            condition.put("type", "Dangling").put("status", status).put("lastTransitionTime", Times.format(context.clock().instant()))
                    .put("reason", dangling ? "NotFound" : "Found").put("message", message);
        });
    }
}
