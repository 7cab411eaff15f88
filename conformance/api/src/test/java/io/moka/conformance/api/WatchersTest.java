package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// "Watchers": a watch of config maps shows all changes that match it, in order, from any revision on.
final class WatchersTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final String MAPS = API.namespace("watchers") + "/configmaps";

    private static String create(String name, String label) {
        return API.post(MAPS, "{metadata: {name: %s, labels: {watch: %s}}, data: {mutation: '0'}}".formatted(name, label)).expect(201).text("metadata", "resourceVersion");
    }

    private static String mutate(String name, int number) {
        return API.merge(MAPS + "/" + name, "data: {mutation: '%d'}".formatted(number)).expect(200).text("metadata", "resourceVersion");
    }

    private static Watch watch(String query) {
        return API.watch(MAPS + "?watch=true&" + query);
    }

    private static String told(JsonNode event) {
        JsonNode object = event.path("object");
        return event.path("type").asText() + " " + object.path("metadata").path("name").asText() + " " + object.path("data").path("mutation").asText();
    }

    @Test
    void eachWatcherSeesWhatItsSelectorChooses() {
        String start = API.get(MAPS).expect(200).text("metadata", "resourceVersion");
        try (Watch a = watch("labelSelector=watch%3Da1&resourceVersion=" + start);
                Watch b = watch("labelSelector=watch%3Db1&resourceVersion=" + start);
                Watch both = watch("labelSelector=watch+in+(a1,b1)&resourceVersion=" + start)) {
            create("first-a", "a1");
            mutate("first-a", 1);
            mutate("first-a", 2);
            API.delete(MAPS + "/first-a").expect(200);
            create("first-b", "b1");
            API.delete(MAPS + "/first-b").expect(200);
            List<String> ofA = List.of("ADDED first-a 0", "MODIFIED first-a 1", "MODIFIED first-a 2", "DELETED first-a 2");
            List<String> ofB = List.of("ADDED first-b 0", "DELETED first-b 0");
            ofA.forEach(expected -> assertEquals(expected, told(a.next())));
            ofB.forEach(expected -> assertEquals(expected, told(b.next())));
            ofA.forEach(expected -> assertEquals(expected, told(both.next())));
            ofB.forEach(expected -> assertEquals(expected, told(both.next())));
        }
    }

    @Test
    void watchBeginsAfterTheRevisionItNames() {
        create("from", "from");
        String first = mutate("from", 1);
        mutate("from", 2);
        API.delete(MAPS + "/from").expect(200);
        try (Watch watch = watch("labelSelector=watch%3Dfrom&resourceVersion=" + first)) {
            assertEquals("MODIFIED from 2", told(watch.next()));
            assertEquals("DELETED from 2", told(watch.next()));
        }
    }

    @Test
    void watchGoesOnWhereAnotherEnded() {
        String last;
        try (Watch watch = watch("labelSelector=watch%3Dagain&resourceVersion=" + API.get(MAPS).text("metadata", "resourceVersion"))) {
            create("again", "again");
            mutate("again", 1);
            watch.next();
            last = watch.next().path("object").path("metadata").path("resourceVersion").asText();
        }
        mutate("again", 2);
        API.delete(MAPS + "/again").expect(200);
        try (Watch watch = watch("labelSelector=watch%3Dagain&resourceVersion=" + last)) {
            assertEquals("MODIFIED again 2", told(watch.next()));
            assertEquals("DELETED again 2", told(watch.next()));
        }
    }

    @Test
    void objectThatStopsFittingIsDeletedAndComesBackWhenItFitsAgain() {
        String start = create("leaving", "there");
        try (Watch watch = watch("labelSelector=watch%3Dthere&resourceVersion=" + start)) {
            mutate("leaving", 1);
            API.merge(MAPS + "/leaving", "metadata: {labels: {watch: elsewhere}}").expect(200);
            mutate("leaving", 2);
            API.merge(MAPS + "/leaving", "metadata: {labels: {watch: there}}").expect(200);
            mutate("leaving", 3);
            API.delete(MAPS + "/leaving").expect(200);
            List.of("MODIFIED leaving 1", "DELETED leaving 1", "ADDED leaving 2", "MODIFIED leaving 3", "DELETED leaving 3")
                    .forEach(expected -> assertEquals(expected, told(watch.next())));
        }
    }

    @Test
    void watchesFromEveryRevisionSeeTheSameOrder() throws Exception {
        String start = API.get(MAPS).expect(200).text("metadata", "resourceVersion");
        var writer = new FutureTask<>(() -> {
            for (int i = 0; i < 20; i++) {
                create("ordered-" + i, "ordered");
                mutate("ordered-" + i, 1);
                if (i % 2 == 0) {
                    API.delete(MAPS + "/ordered-" + i).expect(200);
                }
            }
        }, "all written");
        Thread.ofVirtual().start(writer);
        List<String> revisions = revisions(start, 50);
        for (int i = 0; i < revisions.size() - 1; i++) {
            assertEquals(revisions.subList(i + 1, revisions.size()), revisions(revisions.get(i), revisions.size() - i - 1));
        }
        assertEquals(revisions.stream().map(Long::valueOf).sorted().map(String::valueOf).toList(), revisions);
        assertEquals("all written", writer.get(10, TimeUnit.SECONDS));
    }

    private static List<String> revisions(String start, int count) {
        List<String> revisions = new ArrayList<>();
        try (Watch watch = watch("labelSelector=watch%3Dordered&resourceVersion=" + start)) {
            for (int i = 0; i < count; i++) {
                revisions.add(watch.next().path("object").path("metadata").path("resourceVersion").asText());
            }
        }
        return revisions;
    }

    @Test
    void chunksAreOfOneRevisionAndTellHowManyAreLeft() {
        String templates = API.namespace("chunks") + "/podtemplates";
        for (int i = 0; i < 40; i++) {
            API.post(templates, "{metadata: {name: template-%04d}, template: {spec: {containers: [{name: c, image: none}]}}}".formatted(i)).expect(201);
        }
        List<String> names = new ArrayList<>();
        String token = "";
        String revision = "";
        do {
            Answer page = API.get(templates + "?limit=17" + (token.isEmpty() ? "" : "&continue=" + token)).expect(200);
            names.addAll(page.names());
            assertEquals(revision.isEmpty() ? page.text("metadata", "resourceVersion") : revision, page.text("metadata", "resourceVersion"));
            revision = page.text("metadata", "resourceVersion");
            token = page.text("metadata", "continue");
            assertEquals(token.isEmpty() ? 0 : 40 - names.size(), page.at("metadata", "remainingItemCount").asInt());
        } while (!token.isEmpty());
        assertEquals(API.get(templates).expect(200).names(), names);
        assertEquals(40, names.size());
    }
}
