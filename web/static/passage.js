// The page of one passage: its citation, and those of its neighbours, can be copied.
import { offerCopies } from "./copy.js";

offerCopies(document);
