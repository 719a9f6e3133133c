package io.touchline.adapter.rest;

/**
 * What the page needs to know of its surroundings.
 *
 * @param names whether {@code POST /dev/token} hands out a token for any name; else the page asks for a token
 */
public record PageSettings(boolean names) {}
