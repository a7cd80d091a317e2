namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>What a file did that none may do.</summary>
internal sealed class Finding(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// What findings of one fault have in common: the exceptions' types and the first place of the pack that they passed.
    /// </summary>
    public static string Signature(Exception e)
    {
        var cause = e is Finding { InnerException: { } inner } ? inner : e;
        var place = (cause.StackTrace ?? "").Split('\n').FirstOrDefault(line =>
            line.Contains("Microsoft.ML.Extensions.", StringComparison.Ordinal) && !line.Contains(".Fuzz.", StringComparison.Ordinal))
                ?? "";
        return $"{cause.GetType().Name}{(e is Finding ? ", " + e.Message.Split(':')[0] : "")}{place.Split(" in ")[0].Replace("   at ", ", at ", StringComparison.Ordinal)}";
    }
}
