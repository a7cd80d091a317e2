namespace Microsoft.ML.Extensions.Networks;

/// <summary>The names of a list of layers in a <see cref="StreamState"/>, made once, so that a step builds no strings.</summary>
internal static class StreamNames
{
    public static string[] Of(string list, int count) => [.. Enumerable.Range(0, count).Select(index => $"{list}.{index}")];
}
