package io.moka.kubelet.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNamesTest {

    @ParameterizedTest
    @CsvSource({
        "busybox, true, docker.io, busybox:latest", "busybox:1.36, true, docker.io, busybox:1.36",
        "registry.example.org:5000/team/app, true, registry.example.org:5000, registry.example.org:5000/team/app:latest",
        "localhost/app:2, true, localhost, localhost/app:2", "library/nginx, true, docker.io, library/nginx:latest",
        "'BAD NAME', false, docker.io, BAD NAME:latest", "'', false, docker.io, :latest", "app:, false, docker.io, app:"})
    void nameIsTakenApart(String name, boolean valid, String registry, String tagged) {
        assertEquals(valid, ImageNames.isValid(name));
        assertEquals(registry, ImageNames.registry(name));
        assertEquals(tagged, ImageNames.withTag(name));
    }
}
