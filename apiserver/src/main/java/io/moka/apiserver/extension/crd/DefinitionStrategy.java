package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.strategy.Strategy;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/// The strategy of CustomResourceDefinitions: defaults, validation and deletion.
public final class DefinitionStrategy implements Strategy {
    /// The finalizer that keeps a definition that is being deleted until its objects are gone.
    static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
    private final InstantSource clock;

    public DefinitionStrategy(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        setDefaults(object);
        ArrayNode stored = object.putObject("status").putArray("storedVersions");
        new Definition(object).versions().stream().filter(Definition.Version::storage).forEach(version -> stored.add(version.name()));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        setDefaults(updated);
        ArrayNode stored = Json.child(updated, "status").withArray("storedVersions");
        new Definition(updated).versions().stream().filter(Definition.Version::storage).map(Definition.Version::name)
                .filter(name -> !Definition.strings(stored).contains(name)).forEach(stored::add);
    }

    private static void setDefaults(ObjectNode object) {
        if (!(object.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        ObjectNode names = Json.child(spec, "names");
        String kind = Json.text(names, "kind");
        if (Json.text(names, "singular").isEmpty() && !kind.isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (Json.text(names, "listKind").isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        ObjectNode conversion = Json.child(spec, "conversion");
        if (Json.text(conversion, "strategy").isEmpty()) {
            conversion.put("strategy", "None");
        }
        JsonNode service = conversion.path("webhook").path("clientConfig").path("service");
        if (service instanceof ObjectNode reference && !reference.has("port")) {
            reference.put("port", 443);
        }
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        Problems problems = new Problems();
        new DefinitionRules(problems).check(object, null);
        return problems.found();
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        Problems problems = new Problems();
        new DefinitionRules(problems).check(updated, current);
        return problems.found();
    }

    /// Whether the definition is marked as deleted. One that is not marked yet has objects to delete first.
    @Override
    public boolean mayBeRemoved(ObjectNode current) {
        return new Definition(current).deleting();
    }

    @Override
    public void markDeleted(ObjectNode current) {
        ArrayNode finalizers = Json.metadata(current).withArray("finalizers");
        if (!Definition.strings(finalizers).contains(CLEANUP)) {
            finalizers.add(CLEANUP);
        }
        Conditions.set(current, "Terminating", true, "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", clock.instant());
    }
}
