package io.moka.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.PublicKeys;
import io.moka.apiserver.authn.ServiceAccountOptions;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;

/// Tells others how to check service-account tokens: OpenID Connect's discovery document and key set.
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
