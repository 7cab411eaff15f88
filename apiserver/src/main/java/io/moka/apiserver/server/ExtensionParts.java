package io.moka.apiserver.server;

import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.extension.aggregation.ApiServiceStrategy;
import io.moka.apiserver.extension.aggregation.RemoteServices;
import io.moka.apiserver.extension.crd.DefinitionController;
import io.moka.apiserver.extension.webhook.ServiceEndpoints;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.machinery.time.Sleeper;
import io.vertx.core.Vertx;

/// The parts of chapter `extension`: custom resources and the group versions of other servers.
final class ExtensionParts implements AutoCloseable {
    final DefinitionController definitions;
    final RemoteServices remoteServices;

    ExtensionParts(Vertx vertx, VerbContext context, ServiceEndpoints endpoints, WebhookClient webhooks, ServerOptions options, Sleeper sleeper) {
        definitions = new DefinitionController(context, webhooks, sleeper);
        context.strategies().put("apiservices.apiregistration.k8s.io", new ApiServiceStrategy());
        remoteServices = new RemoteServices(context, endpoints, vertx, options.aggregation, sleeper);
    }

    @Override
    public void close() {
        definitions.close();
        remoteServices.close();
    }
}
