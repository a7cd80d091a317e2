namespace Microsoft.ML.Extensions.Networks;

/// <summary>A module whose weights must stay where the method needs them; found wherever it stands in a network.</summary>
internal interface IConstrained
{
    /// <summary>Moves weights back into their range; called after each optimiser step.</summary>
    void Constrain();

    /// <summary>Moves the weights of every part of a network that has such a range.</summary>
    static void Constrain(Network network)
    {
        foreach (var (_, part) in ModuleTree.Parts<IConstrained>(network))
        {
            part.Constrain();
        }
    }
}
