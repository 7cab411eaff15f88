package io.moka.apiserver.server;

import io.moka.apiserver.admission.framework.PluginSelection;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.policy.PolicyStatus;
import io.moka.apiserver.core.admission.AdmissionChain;
import io.moka.apiserver.core.rest.Conversions;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.util.function.Supplier;

/// The parts of chapter `admission`: the chosen plugins.
final class AdmissionParts {
    final AdmissionChain chain;
    private final MatchingContext matching;

    /// @param writer called by the quota plugin once the server runs; plugins are created before the verbs that the writer uses
    AdmissionParts(CoreParts core, AccessParts access, WebhookClient webhooks, Supplier<ObjectWriter> writer, ServerOptions options) throws IOException {
        matching = new MatchingContext(core.catalog, core.schemas, core.caches, access.authorizer, new Conversions());
        chain = PluginSelection.choose(BuiltinPlugins.rows(new BuiltinPlugins.Parts(matching, webhooks, writer, core.clock)), options.admission,
                BuiltinPlugins.always(access.escalation(), core.caches, core.catalog));
    }

    /// Returns the writer of the policies' statuses; not yet started.
    PolicyStatus policyStatus(ObjectWriter writer, Sleeper sleeper) {
        return new PolicyStatus(matching, writer, sleeper);
    }
}
