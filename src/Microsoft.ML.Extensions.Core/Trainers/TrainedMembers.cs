using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions;

/// <summary>The networks of a fit so far; disposed of with it, unless it was finished.</summary>
internal sealed class TrainedMembers : IDisposable
{
    private readonly List<Network> _networks = [];
    private readonly List<Checkpoint> _checkpoints = [];
    private bool _finished;

    public IReadOnlyList<Network> Networks => _networks;

    public Network Add(Network network)
    {
        _networks.Add(network);
        return network;
    }

    public Checkpoint? Keep(Checkpoint? checkpoint)
    {
        if (checkpoint is not null)
        {
            _checkpoints.Add(checkpoint);
        }
        return checkpoint;
    }

    /// <summary>Disposes of the networks, which are not wanted.</summary>
    public void Drop()
    {
        _networks.ForEach(network => network.Dispose());
        _networks.Clear();
    }

    /// <summary>The networks belong to a model now, and nothing is left to go on from.</summary>
    public void Finish()
    {
        _checkpoints.ForEach(checkpoint => checkpoint.Delete());
        _finished = true;
    }

    public void Dispose()
    {
        if (!_finished)
        {
            Drop();
        }
    }
}

/// <summary>What a network of a fit learns from.</summary>
/// <param name="Train">The rows to learn from.</param>
/// <param name="Held">The rows that decide when to stop; null for none.</param>
/// <param name="Judged">The rows that tell what it adds to a base; null where there is none.</param>
internal sealed record MemberRows(ExampleSource Train, ExampleSource? Held, JudgedRows? Judged);

/// <summary>Rows that tell what networks add to a base.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Base">What the base says of them, without having learned from them.</param>
internal sealed record JudgedRows(ExampleSource Rows, RowOutputs Base);
