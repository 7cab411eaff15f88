package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.fieldmanager.FieldOwner.Operation;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries of an object's `managedFields`, one for each owner. Immutable.
record ManagedFields(List<Entry> entries) {
    static final ManagedFields NONE = new ManagedFields(List.of());
    private static final String FIELD = "managedFields";
    private static final int MAX_UPDATERS = 10;
    private static final String ANCIENT = "ancient-changes";

    /// @param time the time when the owner last changed a value or its set of fields; may be empty
    record Entry(FieldOwner owner, String time, ObjectNode fields) {}

    /// Returns the entries from which the next write starts: those that the client sent, or the present ones when the client sent none or invalid ones.
    /// A single empty entry clears all ownership. A write through a subresource cannot set the entries.
    static ManagedFields ofWrite(ObjectNode live, ObjectNode updated, boolean subresource) {
        JsonNode sent = updated.path("metadata").path(FIELD);
        JsonNode present = live.path("metadata").path(FIELD);
        if (subresource || sent.isEmpty() || sent.equals(present)) {
            return trusted(present);
        }
        if (sent.size() == 1 && sent.get(0).isEmpty()) {
            return NONE;
        }
        ManagedFields read = checked(sent);
        return read.isEmpty() ? trusted(present) : read;
    }

    static ManagedFields of(ObjectNode live) {
        return trusted(live.path("metadata").path(FIELD));
    }

    /// Reads entries that this server wrote.
    private static ManagedFields trusted(JsonNode written) {
        if (written.isEmpty()) {
            return NONE;
        }
        List<Entry> entries = new ArrayList<>(written.size());
        for (JsonNode entry : written) {
            if (entry.get("fieldsV1") instanceof ObjectNode fields && !fields.isEmpty()) {
                entries.add(new Entry(owner(entry), Json.text(entry, "time"), fields));
            }
        }
        return new ManagedFields(entries);
    }

    /// Reads entries that a client sent; returns no entries when one is invalid.
    private static ManagedFields checked(JsonNode sent) {
        ManagedFields read = NONE;
        for (JsonNode entry : sent) {
            String operation = Json.text(entry, "operation");
            boolean known = operation.equals(Operation.APPLY.text) || operation.equals(Operation.UPDATE.text);
            if (!known || Json.text(entry, "apiVersion").isEmpty() || !Json.text(entry, "fieldsType").equals("FieldsV1")) {
                return NONE;
            }
            ObjectNode fields = FieldSet.parse(entry.get("fieldsV1"));
            if (fields == null && !entry.path("fieldsV1").isEmpty()) {
                return NONE;
            }
            read = read.with(owner(entry), Json.text(entry, "time"), fields);
        }
        return read;
    }

    private static FieldOwner owner(JsonNode entry) {
        Operation operation = Json.text(entry, "operation").equals(Operation.APPLY.text) ? Operation.APPLY : Operation.UPDATE;
        return new FieldOwner(Json.text(entry, "manager"), operation, Json.text(entry, "apiVersion"), Json.text(entry, "subresource"));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    @Nullable Entry find(FieldOwner owner) {
        for (Entry entry : entries) {
            if (entry.owner.sameAs(owner)) {
                return entry;
            }
        }
        return null;
    }

    /// Returns the entries with this one in place of the owner's present one; without an entry of the owner when `fields` is null.
    ManagedFields with(FieldOwner owner, String time, @Nullable ObjectNode fields) {
        List<Entry> changed = new ArrayList<>(entries.size() + 1);
        for (Entry entry : entries) {
            if (!entry.owner.sameAs(owner)) {
                changed.add(entry);
            }
        }
        if (fields != null) {
            changed.add(new Entry(owner, time, fields));
        }
        return new ManagedFields(changed);
    }

    /// Takes the changed and the removed fields from all owners except `except`, which keeps all its fields.
    ManagedFields without(Comparison difference, @Nullable FieldOwner except) {
        List<Entry> left = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            boolean kept = except != null && entry.owner.sameAs(except);
            ObjectNode fields = kept ? entry.fields : FieldSet.minus(FieldSet.minus(entry.fields, difference.changed()), difference.removed());
            if (fields != null) {
                left.add(fields == entry.fields ? entry : new Entry(entry.owner, entry.time, fields));
            }
        }
        return new ManagedFields(left);
    }

    /// Returns the fields of all owners together; null when there are none.
    @Nullable ObjectNode all() {
        ObjectNode all = null;
        for (Entry entry : entries) {
            all = FieldSet.union(all, entry.fields);
        }
        return all;
    }

    /// Merges the oldest entries of updaters, when there are too many, into one for each version.
    ManagedFields capped() {
        List<Entry> updaters = new ArrayList<>(entries.stream().filter(entry -> entry.owner.operation() == Operation.UPDATE).toList());
        updaters.sort(Comparator.comparing(Entry::time).thenComparing(entry -> entry.owner.manager()));
        ManagedFields capped = this;
        for (int i = 0; i < updaters.size() && updaterCount(capped) > MAX_UPDATERS; i++) {
            Entry oldest = updaters.get(i);
            FieldOwner bucket = new FieldOwner(ANCIENT, Operation.UPDATE, oldest.owner.apiVersion(), "");
            Entry known = capped.find(bucket);
            if (!oldest.owner.sameAs(bucket) && (known != null || hasOtherOfVersion(updaters, i))) {
                capped = capped.with(oldest.owner, "", null)
                        .with(bucket, oldest.time, FieldSet.union(known == null ? null : known.fields, oldest.fields));
            }
        }
        return capped;
    }

    private static long updaterCount(ManagedFields fields) {
        return fields.entries.stream().filter(entry -> entry.owner.operation() == Operation.UPDATE).count();
    }

    private static boolean hasOtherOfVersion(List<Entry> updaters, int from) {
        String version = updaters.get(from).owner.apiVersion();
        return updaters.subList(from + 1, updaters.size()).stream().anyMatch(entry -> entry.owner.apiVersion().equals(version));
    }

    /// Writes the entries into the object: appliers first, then by time and name.
    void writeTo(ObjectNode object) {
        ObjectNode metadata = Json.metadata(object);
        if (entries.isEmpty()) {
            metadata.remove(FIELD);
            return;
        }
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing((Entry entry) -> entry.owner.operation()).thenComparing(Entry::time)
                .thenComparing(entry -> entry.owner.manager()).thenComparing(entry -> entry.owner.apiVersion()).thenComparing(entry -> entry.owner.subresource()));
        ArrayNode list = metadata.putArray(FIELD);
        for (Entry entry : sorted) {
            ObjectNode node = list.addObject();
            entry.owner.writeTo(node);
            if (!entry.time.isEmpty()) {
                node.put("time", entry.time);
            }
            node.put("fieldsType", "FieldsV1").set("fieldsV1", entry.fields);
            if (!entry.owner.subresource().isEmpty()) {
                node.put("subresource", entry.owner.subresource());
            }
        }
    }

    /// Whether both are the same except for the times.
    boolean sameButForTimes(ManagedFields other) {
        return entries.size() == other.entries.size() && entries.stream().allMatch(entry -> {
            Entry twin = other.find(entry.owner);
            return twin != null && twin.owner.equals(entry.owner) && twin.fields.equals(entry.fields);
        });
    }
}
