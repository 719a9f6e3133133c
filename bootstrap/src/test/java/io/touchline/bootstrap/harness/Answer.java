package io.touchline.bootstrap.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** What a REST call answered. */
public record Answer(int status, String text, HttpResponse<String> response) {
    /** The text as JSON. */
    public JsonNode json() {
        return Json.read(text);
    }

    /** This answer, which must have that status. */
    public Answer expect(int expected) {
        assertThat(status).as("%s answered %s", response.request(), text).isEqualTo(expected);
        return this;
    }
}
