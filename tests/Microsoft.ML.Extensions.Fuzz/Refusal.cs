namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>Tells the documented refusals of a reader from other exceptions.</summary>
internal static class Refusal
{
    /// <summary>Whether an exception, or a cause of it as ML.NET wraps what a loader throws, is of this type and gives a reason.</summary>
    public static bool Within<T>(Exception? e) where T : Exception =>
        e is not null && ((e is T && e.Message.Length > 0) || Within<T>(e.InnerException));

    /// <summary>Runs a reader whose refusals name the file.</summary>
    /// <returns>Whether the file was taken.</returns>
    /// <exception cref="Finding">It was refused in another way, or not by its path.</exception>
    public static bool Reads(Action read, string path, params Type[] documented)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception e) when (documented.Contains(e.GetType()))
        {
            return e.Message.Contains(path, StringComparison.Ordinal) ? false
                : throw new Finding($"the refusal does not name the file: {e.Message}", e);
        }
    }
}
