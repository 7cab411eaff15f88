package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.rest.Deletion;
import io.moka.apiserver.core.rest.Intake;
import io.moka.apiserver.core.rest.ObjectStorage;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.UpdateRules;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.WriteOptions;

/// Serves `namespaces/finalize`, the only way to change a namespace's finalizers in `spec`; when none is left, the namespace is removed.
final class FinalizeSubresource implements TargetHandler {
    private final VerbContext context;
    private final Intake intake;
    private final ObjectStorage storage;

    FinalizeSubresource(VerbContext context, Intake intake, ObjectStorage storage) {
        this.context = context;
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
            context.admission().mutate(request);
            setFinalizers(updated, updated);
            context.admission().validate(request);
            return Deletion.finished(context.strategies().of(target.type()), updated) ? new Change.Remove(updated) : new Change.Write(updated);
        }));
    }

    private static void setFinalizers(ObjectNode namespace, ObjectNode wanted) {
        Json.child(namespace, "spec").set("finalizers", wanted.path("spec").path("finalizers").isArray()
                ? wanted.path("spec").path("finalizers") : Json.object().arrayNode());
    }
}
