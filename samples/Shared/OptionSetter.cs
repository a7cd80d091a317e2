namespace Microsoft.ML.Extensions.Samples;

/// <summary>Sets an option of a trainer by its name, as a command line gives it: <c>Training.Epochs=20</c>.</summary>
public static class OptionSetter
{
    /// <param name="options">An options object; only the named option changes.</param>
    /// <param name="assignment">The option's name, nested ones with dots, then <c>=</c>, then the value. Case is ignored.</param>
    /// <exception cref="UsageException">There is no such option, or the text is not a valid value.</exception>
    public static void Set(object options, string assignment)
    {
        var parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || parts[0].Length == 0)
        {
            throw new UsageException($"--set takes Option=Value, such as Training.Epochs=20; got '{assignment}'.");
        }
        var all = OptionPath.All(options.GetType()).ToList();
        var option = all.FirstOrDefault(path => path.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"{options.GetType().Name} has no option '{parts[0]}'; "
                + $"the nearest are {string.Join(", ", NearestNames.Of(parts[0], all.Select(path => path.Name)))}.");
        option.Set(options, parts[1]);
    }
}
