package io.moka.controllers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerChoiceTest {

    private static List<String> chosen(String flag) throws IOException {
        var choice = new ControllerChoice(List.of(flag.split(",")));
        var chosen = new ArrayList<String>();
        for (var name : List.of("job-controller", "cronjob-controller", "endpoints-controller")) {
            choice.add(name, () -> chosen.add(name));
        }
        choice.requireAllKnown();
        return chosen;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"*|[job-controller, cronjob-controller, endpoints-controller]", "*,-job|[cronjob-controller, endpoints-controller]",
            "-job-controller,*|[cronjob-controller, endpoints-controller]", "job|[job-controller]", "endpoint|[endpoints-controller]",
            "job,-job|[job-controller]", "-job,job|[]", "-job|[]"})
    void theFirstNameDecides(String flag, String expected) throws IOException {
        assertEquals(expected, chosen(flag).toString());
    }

    @Test
    void aNameThatIsNoControllersIsRefused() {
        var refused = assertThrows(IllegalArgumentException.class, () -> chosen("*,-jobs"));
        assertEquals("\"jobs\" is not in the list of known controllers", refused.getMessage());
    }
}
