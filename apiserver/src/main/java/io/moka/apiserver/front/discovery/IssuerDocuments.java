package io.moka.apiserver.front.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.front.authn.PublicKeys;
import io.moka.apiserver.front.authn.ServiceAccountOptions;

/// Serves the documents with which other services verify service-account tokens: OpenID Connect's discovery document and key set.
public record IssuerDocuments(ServiceAccountOptions options, PublicKeys publicKeys, String serverUrl) {

    public void configuration(Exchange exchange) {
        ObjectNode document = Json.object().put("issuer", options.issuers.getFirst())
                .put("jwks_uri", options.jwksUri == null ? serverUrl + "/openid/v1/jwks" : options.jwksUri);
        document.putArray("response_types_supported").add("id_token");
        document.putArray("subject_types_supported").add("public");
        publicKeys.algorithms().forEach(document.withArray("id_token_signing_alg_values_supported")::add);
        exchange.answer(200, document);
    }

    public void keys(Exchange exchange) {
        exchange.answer(200, "application/jwk-set+json", Json.write(Json.MAPPER.valueToTree(publicKeys.jsonWebKeySet())));
    }
}
