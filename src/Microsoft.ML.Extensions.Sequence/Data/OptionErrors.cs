namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Collects what is wrong with a set of options, so that the user learns all of it at once.</summary>
internal sealed class OptionErrors(string owner)
{
    private readonly List<string> _errors = [];

    public void Require(bool satisfied, string error)
    {
        if (!satisfied)
        {
            _errors.Add(error);
        }
    }

    public void RequireName(string option, string? name) => Require(!string.IsNullOrEmpty(name), $"{option} must be a column's name, but is empty.");

    public void RequireNames(string option, string[]? names)
    {
        Require(names is { Length: > 0 }, $"{option} must name at least one column, but is empty.");
        Require(names is null || names.All(name => !string.IsNullOrEmpty(name)), $"{option} holds an empty name.");
        Require(names is null || names.Distinct().Count() == names.Length, $"{option} names a column more than once.");
    }

    public void RequireAtLeast(string option, int bound, int? value) =>
        Require(value is null || value >= bound, $"{option} must be at least {bound}, but is {value}.");

    /// <exception cref="ArgumentException">At least one requirement failed; the message lists all that did.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ArgumentException($"{owner} cannot be used: {string.Join(" ", _errors)}", "options");
        }
    }
}
