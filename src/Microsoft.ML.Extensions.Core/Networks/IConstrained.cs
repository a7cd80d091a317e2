namespace Microsoft.ML.Extensions.Networks;

/// <summary>A module whose weights must stay in a range; found anywhere in a network.</summary>
internal interface IConstrained
{
    /// <summary>Moves weights back into their range; called after each optimiser step.</summary>
    void Constrain();

    /// <summary>Constrains every such module of a network.</summary>
    static void Constrain(Network network)
    {
        foreach (var (_, part) in ModuleTree.Parts<IConstrained>(network))
        {
            part.Constrain();
        }
    }
}
