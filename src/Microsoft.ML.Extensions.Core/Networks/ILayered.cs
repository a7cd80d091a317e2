namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network whose layers have names, and which reports their activations to a <see cref="LayerTrace"/>.</summary>
internal interface ILayered
{
    /// <summary>The layers, from the input to the output; the outputs themselves are none.</summary>
    IReadOnlyList<string> Layers { get; }
}

/// <summary>A network that averages or adds the outputs of others, whose layers are its own.</summary>
internal interface IComposed
{
    /// <summary>The networks, by their names in the model file.</summary>
    IEnumerable<(string Name, Network Network)> Networks { get; }
}
