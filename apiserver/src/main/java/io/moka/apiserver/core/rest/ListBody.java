package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Listing;
import java.util.ArrayList;
import java.util.List;

/// Assembles the body of a list from the encoded objects, without parsing them.
final class ListBody {
    private static final byte[] COMMA = {','};
    private static final byte[] END = "]}\n".getBytes(UTF_8);

    private ListBody() {}

    static List<byte[]> parts(ResourceType type, Listing listing, String continueToken) {
        return parts(type.kind() + "List", type.groupVersion(), metadata(listing, continueToken), objects(type, listing));
    }

    /// Returns the body of a list of the objects' metadata.
    static List<byte[]> metadataParts(Listing listing, String continueToken) {
        List<byte[]> items = listing.objects().stream().map(Representation::metadataOnly).toList();
        return parts("PartialObjectMetadataList", "meta.k8s.io/v1", metadata(listing, continueToken), items);
    }

    private static List<byte[]> parts(String kind, String apiVersion, ObjectNode metadata, List<byte[]> items) {
        List<byte[]> parts = new ArrayList<>(2 * items.size() + 2);
        parts.add(("{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + apiVersion + "\",\"metadata\":" + metadata + ",\"items\":[").getBytes(UTF_8));
        for (byte[] object : items) {
            if (parts.size() > 1) {
                parts.add(COMMA);
            }
            parts.add(object);
        }
        parts.add(END);
        return parts;
    }

    /// Returns the objects as clients of the type see them; nothing is parsed when that is the stored form.
    private static List<byte[]> objects(ResourceType type, Listing listing) {
        if (!StoredForms.differ(type)) {
            return listing.objects().stream().map(CachedObject::json).toList();
        }
        return StoredForms.show(type, listing.objects().stream().map(object -> Json.read(object.json())).toList()).stream().map(Json::write).toList();
    }

    static ObjectNode metadata(Listing listing, String continueToken) {
        ObjectNode metadata = Json.object();
        if (listing.revision() > 0) {
            metadata.put("resourceVersion", Long.toString(listing.revision()));
        }
        if (!continueToken.isEmpty()) {
            metadata.put("continue", continueToken);
            if (listing.remaining() > 0) {
                metadata.put("remainingItemCount", listing.remaining());
            }
        }
        return metadata;
    }
}
