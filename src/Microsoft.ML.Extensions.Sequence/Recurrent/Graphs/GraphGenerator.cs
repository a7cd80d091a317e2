namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The random graph model.</summary>
public enum GraphGenerator
{
    /// <summary>
    /// A ring of neighbours, a fifth of the nodes each, whose edges are all rewired to random ends (Watts and Strogatz 1998, with p = 1).
    /// A graph that is not connected is drawn again, ten times; after that its components are joined.
    /// </summary>
    WattsStrogatz,

    /// <summary>
    /// Each further node is joined to a tenth as many others as there are nodes, well-connected ones more often (Barabasi and Albert 1999).
    /// </summary>
    BarabasiAlbert,
}
