package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.admission.AdmissionRequest.Operation;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.rest.ObjectStorage.Change;

/// `namespaces/finalize`: the only way to change a namespace's own finalizers; when none is left, the namespace is gone.
final class FinalizeSubresource implements Subresource {
    private final Registry registry;
    private final Intake intake;
    private final ObjectStorage storage;

    FinalizeSubresource(Registry registry, Intake intake, ObjectStorage storage) {
        this.registry = registry;
        this.intake = intake;
        this.storage = storage;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("update")) {
            throw ResourceHandler.notAllowed();
        }
        ObjectNode sent = intake.read(exchange, target.type().gvk());
        UpdateRules.requireName(target, sent);
        String version = Json.text(sent, "metadata", "resourceVersion");
        Caller caller = WriteOptions.caller(exchange);
        exchange.answerJson(200, storage.update(target, caller.dryRun(), current -> {
            if (!version.isEmpty() && !version.equals(Long.toString(current.revision()))) {
                throw target.modified();
            }
            ObjectNode updated = current.object().deepCopy();
            setFinalizers(updated, sent);
            var request = new AdmissionRequest(Operation.UPDATE, target.type(), target.subresource(), target.type().gvk(), "", target.name(), updated, current.object(), caller);
            registry.admission().mutate(request);
            setFinalizers(updated, updated);
            registry.admission().validate(request);
            return Deletion.finished(registry.strategies().of(target.type()), updated) ? new Change.Remove(updated) : new Change.Write(updated);
        }));
    }

    private static void setFinalizers(ObjectNode namespace, ObjectNode wanted) {
        Json.child(namespace, "spec").set("finalizers", wanted.path("spec").path("finalizers").isArray()
                ? wanted.path("spec").path("finalizers") : Json.object().arrayNode());
    }
}
