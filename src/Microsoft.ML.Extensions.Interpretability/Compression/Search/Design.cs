namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A network that compression may try, as choices in a <see cref="SearchSpace"/>.</summary>
/// <param name="Kept">For each part whether the network has it.</param>
/// <param name="Levels">For each size the index of its factor.</param>
internal sealed record Design(IReadOnlyList<bool> Kept, IReadOnlyList<int> Levels)
{
    /// <summary>With or without a part.</summary>
    public Design WithPart(int part, bool kept) => this with { Kept = [.. Kept.Select((own, index) => index == part ? kept : own)] };

    /// <summary>With a size at another level.</summary>
    public Design WithLevel(int size, int level) => this with { Levels = [.. Levels.Select((own, index) => index == size ? level : own)] };
}
